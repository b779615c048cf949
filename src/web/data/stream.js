// @ts-check
import { get } from './call.js'

/** How long the page waits before it connects again, when the server has refused. */
const againMs = 5000

/**
 * Follows events of the server while the page is looked at: a browser opens few connections to one server, and pages in other tabs
 * need theirs.
 *
 * @param {string} path
 * @param {Record<string, (data: any) => void>} handlers by the name of the event
 * @param {() => void} [connected] called when it connects again: events between may be missed
 * @returns {() => void} ends it
 */
export const follow = (path, handlers, connected = () => undefined) => {
  /** @type {EventSource | undefined} */
  let source
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  let wasOpen = false
  const close = () => {
    clearTimeout(timer)
    source?.close()
    source = undefined
  }
  const open = () => {
    close()
    const opened = new EventSource(path)
    source = opened
    for (const [name, handler] of Object.entries(handlers))
      opened.addEventListener(name, event => handler(JSON.parse(event.data)))
    opened.addEventListener('open', () => {
      if (wasOpen) connected()
      wasOpen = true
    })
    opened.addEventListener('error', () => {
      if (opened.readyState !== EventSource.CLOSED || source !== opened) return
      const again = () => {
        if (source === opened) timer = setTimeout(open, againMs)
      }
      // An event source does not say why it was refused. If nobody is signed in any more, this tells the page, which then follows nothing.
      get('/api/me').then(again, again)
    })
  }
  const look = () => {
    if (document.hidden) close()
    else if (!source) open()
  }
  document.addEventListener('visibilitychange', look)
  look()
  return () => {
    document.removeEventListener('visibilitychange', look)
    close()
  }
}
