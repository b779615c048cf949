import { EntrapipeError } from '../core/errors.ts'
import { isLoopback } from './loopback.ts'

/**
 * Checks Graph's root URL: it must end in a version, and plain http is allowed only on this machine.
 *
 * @throws EntrapipeError `CONFIG_INVALID`
 */
export const checkedRoot = (rootUrl: string): URL => {
  const root = URL.canParse(rootUrl) ? new URL(rootUrl) : undefined
  if (!root || !/^https?:$/.test(root.protocol) || !/\/(v1\.0|beta)$/.test(rootUrl))
    throw new EntrapipeError('CONFIG_INVALID', `Expected a Graph URL that ends in /v1.0, got ${rootUrl}.`, {
      fix: 'Set graphUrl to a URL such as https://graph.microsoft.com/v1.0.',
    })
  if (root.protocol === 'http:' && !isLoopback(root))
    throw new EntrapipeError(
      'CONFIG_INVALID',
      `${root.origin} uses plain http, so the token would be sent unencrypted.`,
      {
        fix: 'Use https. Plain http is supported only for this machine (127.0.0.1, localhost).',
      },
    )
  return root
}
