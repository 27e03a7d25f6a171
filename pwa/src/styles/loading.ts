import { css } from 'lit'

export const loadingStyles = css`
  main {
    display: grid;
    gap: var(--space-4);
    place-content: center;
    justify-items: center;
    min-block-size: 100svh;
    padding: var(--space-5);
  }

  progress {
    inline-size: min(16rem, 60vw);
  }
`
