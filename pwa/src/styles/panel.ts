import { css } from 'lit'

export const panelStyles = css`
  section {
    display: grid;
    gap: var(--space-2);
  }

  section + section {
    margin-block-start: var(--space-5);
  }

  h2 {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    padding-inline: var(--space-2);
    color: var(--quiet);
    font-size: var(--text-s);
    font-weight: 700;
  }

  transfer-list,
  .quiet {
    padding-inline: var(--space-2);
  }

  .quiet {
    color: var(--quiet);
    font-size: var(--text-s);
  }

  h2 .count {
    font-weight: 600;
  }
`
