import { css } from 'lit'

export const transferStyles = css`
  :host {
    display: grid;
    gap: var(--space-2);
    padding: var(--space-3);
    border: 1px solid var(--line);
    border-radius: var(--round-m);
    background: var(--raised);
    min-inline-size: 0;
  }

  :host([state='offered']) {
    border-color: var(--accent);
  }

  .what {
    display: grid;
    grid-template-columns: auto 1fr;
    align-items: center;
    gap: var(--space-3);
    min-inline-size: 0;
  }

  .kind {
    display: grid;
    place-items: center;
    inline-size: 2.5rem;
    block-size: 2.5rem;
    border-radius: var(--round-s);
    background: var(--accent-soft);
    color: var(--accent);
  }

  :host(:is([state='ended'], [state='interrupted'])) .kind {
    background: var(--sunken);
    color: var(--quiet);
  }

  .names {
    display: grid;
    min-inline-size: 0;
    line-height: 1.35;
  }

  .name {
    justify-self: start;
    font-weight: 600;
    overflow-wrap: anywhere;
    display: -webkit-box;
    -webkit-line-clamp: 2;
    -webkit-box-orient: vertical;
    overflow: hidden;
  }

  .facts {
    display: flex;
    flex-wrap: wrap;
    column-gap: var(--space-2);
    color: var(--quiet);
    font-size: var(--text-s);
  }

  .state,
  .has,
  .quiet {
    font-size: var(--text-s);
    color: var(--quiet);
    font-variant-numeric: tabular-nums;
  }

  .has {
    display: flex;
    align-items: center;
    gap: var(--space-1);
    color: var(--accent);
  }

  .has svg {
    inline-size: 1rem;
    block-size: 1rem;
  }

  :host([state='ended']) .state {
    color: var(--trouble);
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
  }

  :is(.actions button, received-file) {
    font-size: var(--text-s);
  }
`
