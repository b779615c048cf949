// @ts-check
import { useCallback, useEffect, useState } from 'preact/hooks'
import { get, sentenceOf } from './call.js'

/**
 * Reads from the server while a view is shown.
 *
 * @template T
 * @param {string | undefined} path nothing is read while it is undefined
 * @param {string} [when] it is read again when this changes
 * @returns {{ value: T | undefined, error: string | undefined, again: () => void }}
 */
export const useLoaded = (path, when) => {
  const [state, setState] = useState(/** @type {{ value?: T, error?: string, path?: string }} */ ({}))
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    if (path === undefined) return undefined
    const leaving = new AbortController()
    get(path, leaving.signal).then(
      value => setState({ value, path }),
      error => leaving.signal.aborted || setState({ error: sentenceOf(error), path }),
    )
    return () => leaving.abort()
  }, [path, when, turn])
  const again = useCallback(() => setTurn(turn => turn + 1), [])
  const isOf = state.path === path
  return { value: isOf ? state.value : undefined, error: isOf ? state.error : undefined, again }
}
