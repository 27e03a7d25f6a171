import { css } from 'lit'

export const roomStyles = css`
  :host {
    display: grid;
    grid-template-rows: auto auto auto minmax(0, 1fr);
    grid-template-columns: minmax(0, 1fr);
    block-size: 100dvh;
    overflow: hidden;
  }

  header {
    grid-row: 1;
    display: flex;
    align-items: center;
    gap: var(--space-3);
    padding: max(var(--space-2), env(safe-area-inset-top)) max(var(--space-3), env(safe-area-inset-right)) var(--space-2)
      max(var(--space-3), env(safe-area-inset-left));
    border-block-end: 1px solid var(--line);
    background: var(--surface);
  }

  connection-bar {
    grid-row: 2;
  }

  .update {
    grid-row: 3;
    display: flex;
    justify-content: center;
    align-items: center;
    gap: var(--space-2);
    background: var(--accent-soft);
    color: var(--accent);
    font-size: var(--text-s);
    font-weight: 600;
  }

  .mark {
    inline-size: 2.25rem;
    block-size: 2.25rem;
  }

  .mark-ground {
    fill: var(--accent);
  }

  .mark-bubble {
    fill: var(--surface);
  }

  .title {
    flex: 1;
    min-inline-size: 0;
    line-height: 1.3;
  }

  h1 {
    font-size: var(--text-m);
    line-height: inherit;
    text-align: start;
  }

  :host(:dir(rtl)) h1 {
    text-align: right;
  }

  .self {
    color: var(--quiet);
    font-size: var(--text-s);
  }

  h1,
  .self {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .actions {
    display: flex;
    gap: var(--space-1);
  }

  .actions button {
    min-inline-size: max(var(--target), 2.5rem);
    min-block-size: max(var(--target), 2.5rem);
  }

  .counted {
    position: relative;
  }

  .counted span {
    position: absolute;
    inset-block-start: 0.0625rem;
    inset-inline-end: 0;
    min-inline-size: 1.125rem;
    padding-inline: 0.25rem;
    border-radius: var(--round-full);
    background: var(--accent);
    color: var(--on-accent);
    font-size: 0.6875rem;
    line-height: 1.125rem;
    text-align: center;
    font-variant-numeric: tabular-nums;
  }

  .middle {
    grid-row: 4;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    min-block-size: 0;
  }

  main {
    display: grid;
    grid-template: minmax(0, 1fr) auto auto auto / minmax(0, 1fr);
    min-block-size: 0;
    min-inline-size: 0;
  }

  .typing {
    min-block-size: 1.375rem;
    inline-size: min(100%, 54rem);
    margin-inline: auto;
    padding-inline: var(--space-4);
    color: var(--quiet);
    font-size: var(--text-s);
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .problem {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    inline-size: min(100% - 2 * var(--space-3), 54rem);
    margin: 0 auto var(--space-2);
    padding-inline-start: var(--space-4);
    border-radius: var(--round-m);
    background: var(--trouble-soft);
    color: var(--trouble);
  }

  .problem span {
    flex: 1;
    padding-block: var(--space-2);
    overflow-wrap: anywhere;
  }

  .problem button {
    color: inherit;
  }

  aside {
    overflow-y: auto;
    overscroll-behavior: contain;
    padding: var(--space-4);
    padding-inline-end: max(var(--space-4), env(safe-area-inset-right));
    border-inline-start: 1px solid var(--line);
    background: var(--surface);
  }

  @media (min-width: 60rem) {
    .middle {
      grid-template-columns: minmax(0, 1fr) 20rem;
    }
  }

  @media (min-width: 110rem) {
    .middle {
      grid-template-columns: minmax(0, 1fr) 26rem;
    }
  }

  @media (max-width: 26rem) {
    header {
      gap: var(--space-2);
    }

    .mark {
      display: none;
    }

    .actions {
      gap: 0;
    }
  }

  @media (max-height: 26rem) {
    header {
      padding-block: 0;
    }

    .typing {
      display: none;
    }
  }
`
