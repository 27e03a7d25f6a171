import { css } from 'lit'

export const receivedStyles = css`
  :host {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
  }

  span {
    color: var(--quiet);
  }

  /* A line of its own. */
  .picture {
    justify-content: start;
    inline-size: 100%;
    padding: 0;
    border: 0;
    background: none;
    cursor: zoom-in;
  }

  img {
    display: block;
    max-inline-size: 100%;
    block-size: 11rem;
    border-radius: var(--round-s);
    background: var(--sunken);
    object-fit: cover;
  }
`
