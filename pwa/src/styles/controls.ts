import { css } from 'lit'

/** What every element's shadow begins with: boxes, focus, and text for ears alone. */
export const basics = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  :host {
    display: block;
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  ::selection {
    background: var(--accent);
    color: var(--on-accent);
  }

  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }

  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }

  p {
    text-wrap: pretty;
  }

  ul {
    list-style: none;
  }

  svg {
    inline-size: 1.25rem;
    block-size: 1.25rem;
    flex: none;
  }

  /* What points along the line of reading points the other way in Arabic. */
  :host(:dir(rtl)) svg.directed {
    scale: -1 1;
  }

  .heard {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 1ms !important;
      animation-iteration-count: 1 !important;
      transition: none !important;
      scroll-behavior: auto !important;
    }
  }
`

export const controls = css`
  button,
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
  }

  button {
    --tone: var(--accent);
    --on-tone: var(--on-accent);
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    min-block-size: var(--target);
    min-inline-size: var(--target);
    padding: var(--space-1) var(--space-4);
    border: 1px solid transparent;
    border-radius: var(--round-full);
    background: none;
    font-weight: 600;
    cursor: pointer;
    transition:
      background-color var(--quick),
      border-color var(--quick),
      scale var(--quick);
  }

  button:active {
    scale: 0.97;
  }

  button[aria-disabled='true'],
  button:disabled {
    opacity: 0.55;
    cursor: default;
  }

  button.main {
    background: var(--tone);
    color: var(--on-tone);
  }

  button.main:hover {
    background: color-mix(in oklab, var(--tone), var(--ink) 12%);
  }

  button.second {
    border-color: var(--edge);
    background: var(--surface);
  }

  /* Where a finger was last is no place to point at. */
  @media (hover: hover) {
    :is(button.second, button.plain, button.icon):hover {
      background: color-mix(in oklab, transparent, var(--ink) 8%);
    }
  }

  button.plain {
    padding-inline: var(--space-3);
    color: var(--tone);
  }

  button.trouble {
    --tone: var(--trouble);
    --on-tone: var(--surface);
  }

  button.icon {
    padding: 0;
    border-radius: var(--round-m);
    color: var(--quiet);
  }

  button.icon:hover {
    color: var(--ink);
  }

  input:is([type='text'], [type='password']) {
    inline-size: 100%;
    min-block-size: 3rem;
    padding: var(--space-2) var(--space-4);
    border: 1px solid var(--edge);
    border-radius: var(--round-m);
    background: var(--raised);
  }

  input[aria-invalid='true'] {
    border-color: var(--trouble);
  }

  input[type='checkbox'],
  input[type='radio'] {
    inline-size: 1.25rem;
    block-size: 1.25rem;
    margin: 0;
    flex: none;
    accent-color: var(--accent);
  }

  label.choice {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-block-size: var(--target);
    cursor: pointer;
  }

  progress {
    appearance: none;
    display: block;
    inline-size: 100%;
    block-size: 0.375rem;
    border: 0;
    border-radius: var(--round-full);
    background: var(--sunken);
    overflow: hidden;
    color: var(--accent);
  }

  progress::-webkit-progress-bar {
    background: var(--sunken);
  }

  progress::-webkit-progress-value {
    background: var(--accent);
    border-radius: var(--round-full);
    transition: inline-size var(--quick);
  }

  progress::-moz-progress-bar {
    background: var(--accent);
  }

  progress:indeterminate {
    background: linear-gradient(90deg, transparent 35%, var(--accent) 50%, transparent 65%) 0 / 200% 100%
      var(--sunken);
    animation: along 1.4s linear infinite;
  }

  progress:indeterminate::-webkit-progress-bar {
    background: transparent;
  }

  progress:indeterminate::-moz-progress-bar {
    background: transparent;
  }

  @keyframes along {
    from {
      background-position: 150% 0;
    }
    to {
      background-position: -50% 0;
    }
  }

  @media (forced-colors: active) {
    button {
      border-color: ButtonBorder;
    }

    button.main {
      background: ButtonText;
      color: ButtonFace;
      forced-color-adjust: none;
    }

    progress {
      border: 1px solid CanvasText;
    }

    progress::-webkit-progress-value {
      background: Highlight;
    }
  }
`
