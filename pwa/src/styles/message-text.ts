import { css } from 'lit'

export const messageTextStyles = css`
  .text {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    min-inline-size: 0;
  }

  .emoji {
    font-size: 2.25rem;
    line-height: 1.25;
  }

  .text a {
    color: inherit;
    text-decoration-color: color-mix(in oklab, currentColor 55%, transparent);
    text-underline-offset: 0.15em;
    unicode-bidi: isolate;
  }

  .text a:hover {
    text-decoration-color: currentColor;
  }

  code {
    font: 0.9em / 1.5 var(--mono);
    padding: 0.1em 0.35em;
    border-radius: 0.35em;
    background: color-mix(in oklab, transparent, var(--ink) 9%);
    unicode-bidi: isolate;
  }

  pre {
    margin: var(--space-2) 0;
    padding: var(--space-3);
    overflow-x: auto;
    border-radius: var(--round-s);
    background: color-mix(in oklab, transparent, var(--ink) 7%);
    text-align: start;
    white-space: pre;
  }

  pre code {
    padding: 0;
    background: none;
  }
`
