// @ts-check
import { useEffect, useState } from 'preact/hooks'

const changed = new EventTarget()

const here = () => ({ path: location.pathname, query: new URLSearchParams(location.search) })

/** Shows another view. @param {string} address path and query @param {{ replaces?: boolean }} [how] */
export const go = (address, { replaces = false } = {}) => {
  history[replaces ? 'replaceState' : 'pushState'](null, '', address)
  changed.dispatchEvent(new Event('change'))
}

/** The address of the view. */
export const useRoute = () => {
  const [route, setRoute] = useState(here)
  useEffect(() => {
    const look = () => setRoute(here())
    changed.addEventListener('change', look)
    addEventListener('popstate', look)
    return () => {
      changed.removeEventListener('change', look)
      removeEventListener('popstate', look)
    }
  }, [])
  return route
}

/** Whether a link leads to a view of this page. @param {HTMLAnchorElement} link */
const isView = link =>
  link.origin === location.origin &&
  !link.target &&
  !link.hasAttribute('download') &&
  !/^\/(?:api|sign-in)(?:\/|$)/.test(link.pathname)

/** Links between views do not load the page again. @param {MouseEvent} event */
export const followLink = event => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (!link || !isView(link) || link.getAttribute('href')?.startsWith('#')) return
  event.preventDefault()
  go(`${link.pathname}${link.search}`)
}
