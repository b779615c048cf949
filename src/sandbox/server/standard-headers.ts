import type { RequestIds } from './envelope.ts'

/** The content type of Graph's JSON, exactly as Graph writes it. */
export const longJson =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8'

const diagnostic = JSON.stringify({
  ServerInfo: { DataCenter: 'Sandbox', Slice: 'E', Ring: '5', ScaleUnit: '000', RoleInstance: 'SANDBOX' },
})

/** Headers that Graph sets on every reply. Headers of a resource or an error take precedence. */
export const standardHeaders = (
  ids: RequestIds,
  more: { readonly success: boolean; readonly units?: number },
): Record<string, string> => ({
  'Cache-Control': 'no-cache',
  Vary: 'Accept-Encoding',
  'Strict-Transport-Security': 'max-age=31536000',
  'request-id': ids.requestId,
  'client-request-id': ids.clientRequestId,
  'x-ms-ags-diagnostic': diagnostic,
  ...(more.units === undefined ? {} : { 'x-ms-resource-unit': String(more.units) }),
  ...(more.success ? { 'OData-Version': '4.0' } : {}),
})
