import { css } from 'lit'

export const enterStyles = css`
  :host {
    min-block-size: 100svh;
    display: grid;
    padding: max(var(--space-4), env(safe-area-inset-top)) max(var(--space-4), env(safe-area-inset-right))
      max(var(--space-4), env(safe-area-inset-bottom)) max(var(--space-4), env(safe-area-inset-left));
    background:
      radial-gradient(60rem 40rem at 50% -10rem, color-mix(in oklab, var(--accent) 14%, transparent), transparent 70%),
      var(--ground);
  }

  /* Everything that leads on has the colour of its case. */
  :host([tone='found']) {
    --accent: var(--found);
    --accent-soft: var(--found-soft);
    --on-accent: var(--on-found);
  }

  main {
    inline-size: min(100%, 27rem);
    /* Where the tallest step is in the middle, each of them begins: what stands there never moves for what comes after. */
    margin: max(0px, (100svh - 46rem) / 2) auto auto;
    display: grid;
    gap: var(--space-4);
  }

  .card {
    display: grid;
    gap: var(--space-5);
    padding: var(--space-5);
    border: 1px solid var(--line);
    border-radius: calc(var(--round-l) + 0.25rem);
    background: var(--surface);
    box-shadow: var(--shadow);
  }

  .top {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    color: var(--quiet);
    font-size: var(--text-s);
    min-inline-size: 0;
  }

  .host {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .mark {
    inline-size: 2.5rem;
    block-size: 2.5rem;
  }

  .mark-ground {
    fill: var(--accent);
  }

  .mark-bubble {
    fill: var(--surface);
  }

  header {
    display: grid;
    gap: var(--space-2);
    justify-items: start;
  }

  .badge {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    padding: var(--space-1) var(--space-3);
    border-radius: var(--round-full);
    background: var(--accent-soft);
    color: var(--accent);
    font-size: var(--text-s);
    font-weight: 700;
  }

  .badge svg {
    inline-size: 1rem;
    block-size: 1rem;
  }

  h1 {
    font-size: var(--text-xl);
    line-height: 1.2;
    letter-spacing: -0.015em;
    text-wrap: balance;
  }

  .lead {
    color: var(--quiet);
    text-wrap: pretty;
    overflow-wrap: anywhere;
  }

  .promise {
    color: var(--quiet);
    font-size: var(--text-s);
    text-align: center;
    text-wrap: balance;
  }

  .promise svg {
    inline-size: 1rem;
    block-size: 1rem;
    margin-inline-end: var(--space-2);
    vertical-align: -0.125em;
  }

  @media (max-width: 24rem) {
    .card {
      padding: var(--space-4);
    }
  }

  @media (forced-colors: active) {
    .badge {
      border: 1px solid CanvasText;
    }

    .mark-ground {
      fill: Highlight;
    }

    .mark-bubble {
      fill: HighlightText;
    }
  }
`
