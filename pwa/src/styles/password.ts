import { css } from 'lit'

export const passwordStyles = css`
  .with-eye {
    position: relative;
  }

  /* Not of the line in the field, which may run the other way: of the page. */
  .with-eye:dir(ltr) input {
    padding-right: 3.25rem;
  }

  .with-eye:dir(rtl) input {
    padding-left: 3.25rem;
  }

  .with-eye input[type='text'] {
    font-family: var(--mono);
  }

  .with-eye button {
    position: absolute;
    inset-block: 0;
    inset-inline-end: 0.125rem;
    margin-block: auto;
    block-size: 2.75rem;
    inline-size: 2.75rem;
  }

  label.stay {
    align-items: start;
  }

  label.stay input {
    margin-block-start: 0.125rem;
  }

  #stay-help {
    display: block;
  }

  .strength {
    display: grid;
    grid-template-columns: 6rem 1fr;
    align-items: center;
    gap: var(--space-3);
    min-block-size: 1.75rem;
  }

  .bars {
    display: grid;
    grid-template-columns: repeat(4, 1fr);
    gap: var(--space-1);
  }

  .bars i {
    block-size: 0.375rem;
    border-radius: var(--round-full);
    background: var(--line);
    transition: background-color var(--quick);
  }

  .level-1 i:nth-child(-n + 1) {
    background: var(--trouble);
  }

  .level-2 i:nth-child(-n + 2) {
    background: var(--found);
  }

  .level-3 i:nth-child(-n + 3),
  .level-4 i {
    background: var(--accent);
  }

  .phrase {
    padding: var(--space-3) var(--space-4);
    border: 1px dashed var(--edge);
    border-radius: var(--round-m);
    font-family: var(--mono);
    font-weight: 600;
    overflow-wrap: anywhere;
    user-select: all;
  }

  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
  }

  .recovery {
    display: flex;
    gap: var(--space-3);
    padding: var(--space-3) var(--space-4);
    border-radius: var(--round-m);
    background: var(--found-soft);
    color: var(--found);
    font-size: var(--text-s);
  }

  @media (forced-colors: active) {
    .bars i {
      border: 1px solid CanvasText;
    }

    :is(.level-1 i:nth-child(-n + 1), .level-2 i:nth-child(-n + 2), .level-3 i:nth-child(-n + 3), .level-4 i) {
      background: Highlight;
      forced-color-adjust: none;
    }
  }
`
