import { EntrapipeError } from '../core/errors.ts'
import { isLoopback } from './loopback.ts'

/**
 * The address of a Graph, checked: it ends in a version, and plain http stays on this machine.
 *
 * @throws EntrapipeError `CONFIG_INVALID`
 */
export const checkedRoot = (rootUrl: string): URL => {
  const root = URL.canParse(rootUrl) ? new URL(rootUrl) : undefined
  if (!root || !/^https?:$/.test(root.protocol) || !/\/(v1\.0|beta)$/.test(rootUrl))
    throw new EntrapipeError('CONFIG_INVALID', `Expected a Graph address that ends in /v1.0, got ${rootUrl}.`, {
      fix: 'Set graphUrl to an address like https://graph.microsoft.com/v1.0.',
    })
  if (root.protocol === 'http:' && !isLoopback(root))
    throw new EntrapipeError('CONFIG_INVALID', `${root.origin} is plain http: the token would travel unencrypted.`, {
      fix: 'Use https. Plain http is only for this machine itself (127.0.0.1, localhost).',
    })
  return root
}
