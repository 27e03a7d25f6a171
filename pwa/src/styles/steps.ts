import { css } from 'lit'

/** The forms of the way in: one field, one thing to do. */
export const steps = css`
  form {
    display: flex;
    flex-direction: column;
    align-items: stretch;
  }

  form > * {
    margin-block-start: var(--space-4);
  }

  /* What is there only to be filled later takes no room now. */
  form > :is([role='alert'], [hidden]),
  form > [role='alert'] + *,
  form > [hidden] + * {
    margin-block-start: 0;
  }

  .field {
    display: grid;
    gap: var(--space-1);
  }

  .field > label {
    font-weight: 600;
  }

  .problem {
    display: flex;
    gap: var(--space-2);
    margin-block-end: var(--space-4);
    padding: var(--space-3) var(--space-4);
    border-radius: var(--round-m);
    background: var(--trouble-soft);
    color: var(--trouble);
  }

  .work {
    display: grid;
    gap: var(--space-2);
    color: var(--quiet);
  }

  .work:not(:has(*)) {
    display: none;
  }

  button.main {
    min-block-size: 3rem;
    font-size: var(--text-m);
  }

  .quiet {
    color: var(--quiet);
    font-size: var(--text-s);
  }
`
