// @ts-check
import { useEffect, useState } from 'preact/hooks'
import { sentenceOf } from './call.js'

/**
 * What a function returns later.
 *
 * @template T
 * @param {() => Promise<T>} read
 * @returns {{ value?: T, error?: string }}
 */
export const usePromise = read => {
  const [state, setState] = useState(/** @type {{ value?: T, error?: string }} */ ({}))
  useEffect(() => {
    read().then(
      value => setState({ value }),
      error => setState({ error: sentenceOf(error) }),
    )
  }, [])
  return state
}
