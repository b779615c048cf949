import { EntrapipeError } from '../core/errors.ts'

/**
 * Whether Graph refused a request because the tenant lacks a premium licence (Microsoft Entra ID P2): it then has nothing of what was asked for.
 *
 * @see https://github.com/maester365/maester/issues/1421
 */
export const lacksPremium = (error: unknown): boolean =>
  error instanceof EntrapipeError &&
  error.facts['status'] === 400 &&
  (error.facts['code'] === 'AadPremiumLicenseRequired' || /tenant needs .*\blicense/i.test(error.message))
