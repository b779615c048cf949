import { isGuid } from '../core/guid.ts'

const domainText = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i

/** Whether the text can identify a directory: an id or a domain. */
export const isTenantId = (text: string): boolean => isGuid(text) || domainText.test(text)
/** Whether the text is a valid tenant name; `sandbox` is checked separately. */
export const isTenantName = (text: string): boolean => /^[a-z0-9][a-z0-9._-]{0,62}$/i.test(text)
