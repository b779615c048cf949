// @ts-check

/**
 * What the server said of a request that it refused.
 *
 * @typedef {{ status: number, code: string, detail: string, fix?: string, facts?: Record<string, unknown> }} Problem
 */

/** A request that was refused, or that did not reach the server. Its message is one sentence for the person. */
export class CallError extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super([problem.detail, problem.fix].filter(Boolean).join(' '))
    this.problem = problem
  }
}

/** Tells the page that nobody is signed in any more. */
export const signedOut = new EventTarget()

const mostWaits = 5

/** @param {number} seconds @param {AbortSignal} [signal] */
const pause = (seconds, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })

/** @param {Response} reply @returns {Promise<Problem>} */
const problemOf = async reply => {
  if (reply.headers.get('content-type')?.startsWith('application/problem+json')) return reply.json()
  return { status: reply.status, code: '', detail: `The server answered ${reply.status} without saying why.` }
}

/** @param {unknown} error @returns {never} */
const unreached = error => {
  if (error instanceof DOMException && error.name === 'AbortError') throw error
  throw new CallError({
    status: 0,
    code: '',
    detail: 'The server cannot be reached.',
    fix: 'Check that it still runs.',
  })
}

/**
 * Sends a request to the server. One that it puts off is sent again after the time that it names.
 *
 * @param {string} method
 * @param {string} path
 * @param {{ json?: unknown, body?: Blob, headers?: Record<string, string>, signal?: AbortSignal }} [request]
 * @returns {Promise<any>} the reply, as JSON or undefined
 * @throws {CallError}
 */
export const call = async (method, path, { json, body, headers = {}, signal } = {}) => {
  for (let waits = 0; ; waits++) {
    const reply = await fetch(path, {
      method,
      headers: {
        ...(method === 'GET' ? {} : { 'X-Entrapipe': '1' }),
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? body && { body } : { body: JSON.stringify(json) }),
      ...(signal && { signal }),
    }).catch(unreached)
    if (reply.status === 429 && waits < mostWaits) {
      await pause(Number(reply.headers.get('retry-after') ?? 1), signal)
      continue
    }
    if (reply.ok) return reply.status === 204 ? undefined : reply.json()
    const problem = await problemOf(reply)
    if (reply.status === 401 && !headers['Authorization']) signedOut.dispatchEvent(new Event('signed-out'))
    throw new CallError(problem)
  }
}

/** @param {string} path @param {AbortSignal} [signal] */
export const get = (path, signal) => call('GET', path, signal && { signal })

/** @param {string} path @param {unknown} [json] @param {Record<string, string>} [headers] */
export const post = (path, json, headers = {}) => call('POST', path, { ...(json !== undefined && { json }), headers })

/** @param {string} path */
export const remove = path => call('DELETE', path)

/** @param {unknown} error what was thrown @returns {string} a sentence for the person */
export const sentenceOf = error => (error instanceof Error ? error.message : String(error))
