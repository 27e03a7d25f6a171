import { css } from 'lit'

export const composerStyles = css`
  :host {
    --tone: var(--accent);
    --on-tone: var(--on-accent);
    background: var(--ground);
    border-block-start: 1px solid var(--line);
    padding: var(--space-2) max(var(--space-3), env(safe-area-inset-right))
      max(var(--space-3), env(safe-area-inset-bottom)) max(var(--space-3), env(safe-area-inset-left));
  }

  /* Between two: all of the composer says so, not a word in a corner. */
  :host([isDirect]) {
    --accent: var(--direct);
    --accent-soft: var(--direct-soft);
    --on-accent: var(--on-direct);
    background: var(--direct-soft);
    border-block-start: 2px solid var(--direct);
  }

  form {
    position: relative;
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-2);
    inline-size: min(100%, 54rem);
    margin-inline: auto;
  }

  .target {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-1) var(--space-2);
    color: var(--quiet);
    font-size: var(--text-s);
  }

  .pill {
    position: relative;
    display: inline-grid;
    align-items: center;
    max-inline-size: 14rem;
    color: var(--accent);
  }

  .pill svg {
    position: absolute;
    inline-size: 1rem;
    block-size: 1rem;
    inset-inline-start: var(--space-3);
    pointer-events: none;
  }

  .pill svg:last-child {
    inset-inline: auto var(--space-2);
    inline-size: 0.875rem;
  }

  select {
    appearance: none;
    min-block-size: 1.875rem;
    max-inline-size: 100%;
    field-sizing: content;
    padding: 0 1.75rem 0 2.125rem;
    border: 1px solid color-mix(in oklab, var(--accent) 45%, transparent);
    border-radius: var(--round-full);
    background: var(--accent-soft);
    color: inherit;
    font-weight: 700;
    text-overflow: ellipsis;
    cursor: pointer;
  }

  select:dir(rtl) {
    padding: 0 2.125rem 0 1.75rem;
  }

  :host([isDirect]) select {
    background: var(--direct);
    color: var(--on-direct);
  }

  :host([isDirect]) .pill svg {
    color: var(--on-direct);
  }

  @media (forced-colors: active) {
    :host([isDirect]) :is(select, .pill svg) {
      color: CanvasText;
    }
  }

  option {
    background: var(--raised);
    color: var(--ink);
  }

  .gone {
    color: var(--trouble);
    font-weight: 600;
  }

  .line {
    display: flex;
    align-items: flex-end;
    gap: var(--space-1);
    padding: var(--space-1);
    border: 1px solid var(--edge);
    border-radius: calc(var(--round-l) + 0.25rem);
    background: var(--raised);
  }

  .line:focus-within {
    border-color: var(--accent);
    box-shadow: 0 0 0 1px var(--accent);
  }

  textarea {
    flex: 1;
    min-inline-size: 0;
    field-sizing: content;
    min-block-size: 2.5rem;
    max-block-size: min(14rem, 35dvh);
    padding: 0.5rem var(--space-2);
    border: 0;
    background: none;
    resize: none;
    line-height: 1.5;
    overflow-y: auto;
    /* Safari zooms into what is smaller. */
    font-size: max(1rem, 16px);
  }

  textarea:focus {
    outline: none;
  }

  /* Nothing is written yet: what stands there is the page's. */
  :host(:dir(rtl)) textarea:placeholder-shown {
    direction: rtl;
  }

  textarea::placeholder {
    color: var(--quiet);
    opacity: 1;
    white-space: nowrap;
    overflow: hidden;
  }

  textarea,
  textarea::placeholder {
    text-overflow: ellipsis;
  }

  .line .icon,
  .line .send {
    inline-size: 2.75rem;
    block-size: 2.5rem;
    padding: 0;
    border-radius: var(--round-l);
  }

  @media (pointer: coarse) {
    select {
      min-block-size: 2.75rem;
    }

    .line .icon,
    .line .send {
      block-size: 2.75rem;
    }

    textarea {
      min-block-size: 2.75rem;
      padding-block: 0.625rem;
    }
  }

  [role='listbox'] {
    position: absolute;
    inset-inline: 0;
    inset-block-end: calc(100% + var(--space-2));
    z-index: 2;
    max-block-size: min(22rem, 45dvh);
    overflow-y: auto;
    overscroll-behavior: contain;
    padding: var(--space-1);
    border: 1px solid var(--line);
    border-radius: var(--round-m);
    background: var(--raised);
    box-shadow: var(--shadow-high);
  }

  [role='option'] {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 var(--space-3);
    min-block-size: var(--target);
    padding: var(--space-1) var(--space-3);
    border-radius: var(--round-s);
    cursor: pointer;
  }

  [role='option'] bdi {
    font-weight: 600;
  }

  [role='option']:hover {
    background: color-mix(in oklab, transparent, var(--ink) 6%);
  }

  [role='option'][aria-selected='true'] {
    background: var(--accent-soft);
    outline: 2px solid var(--accent);
    outline-offset: -2px;
  }

  .about {
    color: var(--quiet);
    font-size: var(--text-s);
  }
`
