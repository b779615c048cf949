const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** Whether the text is a GUID, in upper or lower case. */
export const isGuid = (text: string): boolean => guid.test(text)
