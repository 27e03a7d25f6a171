import { css } from 'lit'

/** Colours of authors: classes, since a strict policy allows no style attributes. */
export const hues = css`
  .hue-0 {
    --hue: var(--hue-0);
  }
  .hue-1 {
    --hue: var(--hue-1);
  }
  .hue-2 {
    --hue: var(--hue-2);
  }
  .hue-3 {
    --hue: var(--hue-3);
  }
  .hue-4 {
    --hue: var(--hue-4);
  }
  .hue-5 {
    --hue: var(--hue-5);
  }

  .disc {
    display: grid;
    place-items: center;
    inline-size: 2.25rem;
    block-size: 2.25rem;
    border-radius: var(--round-full);
    background: color-mix(in oklab, var(--hue) 16%, var(--surface));
    color: var(--hue);
    font-weight: 700;
    line-height: 1;
    overflow: hidden;
    flex: none;
    user-select: none;
  }
`
