import { css } from 'lit'

export const logStyles = css`
  :host {
    position: relative;
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    min-block-size: 0;
  }

  .scroller {
    overflow-y: auto;
    overflow-x: hidden;
    overscroll-behavior: contain;
    overflow-anchor: none;
    min-block-size: 0;
  }

  .scroller:focus-visible {
    outline-offset: -3px;
  }

  .rows {
    display: flex;
    flex-direction: column;
    inline-size: min(100%, 54rem);
    min-block-size: 100%;
    margin-inline: auto;
    padding: var(--space-4) max(var(--space-3), env(safe-area-inset-right)) var(--space-2)
      max(var(--space-3), env(safe-area-inset-left));
  }

  /* A short conversation stands at the composer. */
  .rows > :first-child {
    margin-block-start: auto;
  }

  .rows > div {
    content-visibility: auto;
    contain-intrinsic-block-size: auto 3.5rem;
    flex: none;
  }

  .empty {
    display: grid;
    justify-items: center;
    gap: var(--space-4);
    margin: auto;
    padding: var(--space-6);
    text-align: center;
  }

  .empty p {
    color: var(--quiet);
  }

  .said {
    --bubble: var(--surface);
    display: grid;
    grid-template-columns: 2.25rem minmax(0, 1fr);
    column-gap: var(--space-2);
    row-gap: var(--space-1);
    justify-items: start;
    padding-block-start: 0.1875rem;
  }

  .said.first {
    padding-block-start: var(--space-3);
  }

  .said > * {
    grid-column: 2;
  }

  .said > .disc {
    grid-column: 1;
    grid-row: 1 / span 2;
    margin-block-start: var(--space-1);
  }

  .said.own {
    --bubble: var(--accent-soft);
    justify-items: end;
    grid-template-columns: minmax(0, 1fr);
    padding-inline-start: var(--space-6);
  }

  .said.own > * {
    grid-column: 1;
  }

  .said.direct {
    --bubble: var(--direct-soft);
  }

  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    column-gap: var(--space-2);
    padding-inline: var(--space-1);
    color: var(--quiet);
    font-size: var(--text-s);
    max-inline-size: 100%;
  }

  .author {
    color: var(--hue);
    font-weight: 700;
    overflow-wrap: anywhere;
  }

  .alone {
    color: var(--direct);
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  .alone svg {
    inline-size: 0.875rem;
    block-size: 0.875rem;
    margin-inline-end: var(--space-1);
    vertical-align: -0.125em;
  }

  .bubble {
    display: flex;
    align-items: flex-end;
    gap: var(--space-2);
    max-inline-size: min(100%, 40rem);
    padding: var(--space-2) var(--space-3);
    border: 1px solid color-mix(in oklab, var(--bubble), var(--ink) 6%);
    border-radius: var(--round-m);
    background: var(--bubble);
  }

  .direct .bubble {
    border-color: color-mix(in oklab, var(--direct) 40%, var(--bubble));
  }

  .first.other .bubble {
    border-start-start-radius: var(--space-1);
  }

  .first.own .bubble {
    border-start-end-radius: var(--space-1);
  }

  .delivery {
    display: inline-flex;
    color: var(--quiet);
    margin-block-end: 0.125rem;
  }

  .delivery svg {
    inline-size: 1rem;
    block-size: 1rem;
  }

  .delivery.received {
    color: var(--direct);
  }

  .failed {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-1);
    color: var(--trouble);
    font-size: var(--text-s);
    font-weight: 600;
  }

  .failed svg {
    inline-size: 1rem;
    block-size: 1rem;
  }

  .day,
  .unread {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    margin-block: var(--space-4) var(--space-1);
    color: var(--quiet);
    font-size: var(--text-s);
    font-weight: 600;
  }

  .day::before,
  .day::after,
  .unread::before,
  .unread::after {
    content: '';
    flex: 1;
    border-block-start: 1px solid var(--line);
  }

  .unread {
    color: var(--trouble);
    scroll-margin-block-start: var(--space-4);
  }

  .unread::before,
  .unread::after {
    border-color: currentColor;
  }

  .notice,
  .gap {
    align-self: center;
    margin-block-start: var(--space-2);
    color: var(--quiet);
    font-size: var(--text-s);
    text-align: center;
    overflow-wrap: anywhere;
  }

  .gap {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    padding: var(--space-1) var(--space-4);
    border-radius: var(--round-full);
    background: var(--found-soft);
    color: var(--found);
  }

  .gap.keys {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    max-inline-size: 30rem;
    padding-block-start: var(--space-3);
    border-radius: var(--round-m);
    text-align: start;
  }

  .keys button {
    --tone: var(--found);
    grid-column: 2;
    justify-self: start;
    margin-inline-start: calc(-1 * var(--space-3));
  }

  .file {
    inline-size: min(100%, 25rem);
    margin-block-start: var(--space-3);
    padding-inline-start: 2.75rem;
  }

  .file.own {
    align-self: flex-end;
    padding-inline-start: var(--space-5);
  }

  .own .head {
    justify-content: flex-end;
  }

  .jumps {
    position: absolute;
    inset-inline: 0;
    inset-block-end: var(--space-3);
    display: flex;
    justify-content: flex-end;
    gap: var(--space-2);
    padding-inline: var(--space-4);
    pointer-events: none;
  }

  progress.back {
    position: absolute;
    inset-block-start: 0;
    border-radius: 0;
    block-size: 0.1875rem;
  }

  .jumps.back {
    inset-block: var(--space-3) auto;
    justify-content: center;
  }

  .jumps button {
    pointer-events: auto;
    min-block-size: 2.75rem;
    min-inline-size: 2.75rem;
    padding-inline: var(--space-3);
    box-shadow: var(--shadow);
    background: var(--raised);
  }

  .count {
    padding: 0 var(--space-2);
    border-radius: var(--round-full);
    background: var(--trouble);
    color: var(--surface);
    font-size: var(--text-s);
    font-variant-numeric: tabular-nums;
  }

  @media (forced-colors: active) {
    .bubble {
      border-color: CanvasText;
    }

    .direct .bubble {
      border-style: dashed;
      border-width: 2px;
    }
  }
`
