import type { Plugin } from 'vite'

/** What is at hand needs none, and browsers do not find what a service worker answered a preload with. */
export const withoutPreloads = (html: string): string => html.replace(/\s*<link rel="preload"[^>]*>/g, '')

/** How a minified script waits for a part of it that is data. */
const AWAITED = /\bawait [\w$]+\(["'`](\/[^"'`]+)["'`]\)/g

/** What the document's own script waits for as it begins is asked for beside it, not after it. */
export const preloadedParts: Plugin = {
  name: 'preloaded-parts',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (html, { bundle = {} }) => {
      const scripts = Object.values(bundle).flatMap(each =>
        each.type === 'chunk' && html.includes(each.fileName) ? each.code : [],
      )
      const parts = new Set(scripts.flatMap(code => [...code.matchAll(AWAITED)].map(([, path = '']) => path)))
      return Array.from(parts, href => ({
        tag: 'link',
        attrs: { rel: 'preload', as: 'fetch', crossorigin: '', href },
        injectTo: 'head' as const,
      }))
    },
  },
}
