const guidText = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const domainText = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i

/** Whether it is a GUID, in either case. */
export const isGuid = (text: string): boolean => guidText.test(text)
/** Whether it is what a directory can be called by: its id, or a domain. */
export const isTenantId = (text: string): boolean => guidText.test(text) || domainText.test(text)
/** Whether a tenant may have this name; `sandbox` is tested apart. */
export const isTenantName = (text: string): boolean => /^[a-z0-9][a-z0-9._-]{0,62}$/i.test(text)
