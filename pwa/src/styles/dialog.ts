import { css } from 'lit'

export const dialogStyles = css`
  dialog {
    inline-size: min(30rem, calc(100vw - 2 * var(--space-4)));
    max-block-size: calc(100dvh - 2 * var(--space-4));
    margin: auto;
    padding: 0;
    border: 1px solid var(--line);
    border-radius: var(--round-l);
    background: var(--surface);
    color: var(--ink);
    box-shadow: var(--shadow-high);
    overflow: auto;
    overscroll-behavior: contain;
  }

  dialog[open] {
    animation: rise var(--quick);
  }

  dialog::backdrop {
    background: var(--scrim);
  }

  @keyframes rise {
    from {
      opacity: 0;
      translate: 0 0.5rem;
    }
  }

  .sheet {
    display: grid;
    gap: var(--space-3);
    padding: var(--space-4) var(--space-5) var(--space-5);
  }

  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-3);
    margin-inline-end: calc(-1 * var(--space-2));
  }

  h2 {
    font-size: var(--text-l);
    line-height: 1.3;
  }

  h2:focus-visible {
    outline: none;
  }
`

/** At the end of the window, as high as that. */
export const sideStyles = css`
  dialog {
    inline-size: min(22rem, 88vw);
    block-size: 100dvh;
    max-block-size: none;
    margin-block: 0;
    margin-inline: auto 0;
    border-block: 0;
    border-inline-end: 0;
    border-start-end-radius: 0;
    border-end-end-radius: 0;
    padding-block: env(safe-area-inset-top) env(safe-area-inset-bottom);
  }

  .sheet {
    padding-inline: var(--space-4);
  }
`
