/** The bytes of a GUID in the mixed order in which Windows writes them: ids that Graph makes of two GUIDs are made of these. */
export const guidBytes = (guid: string): Buffer => {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex')
  return Buffer.concat([
    bytes.subarray(0, 4).reverse(),
    bytes.subarray(4, 6).reverse(),
    bytes.subarray(6, 8).reverse(),
    bytes.subarray(8),
  ])
}
