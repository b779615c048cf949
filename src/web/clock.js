// @ts-check

/** The present, in milliseconds since 1970. */
export const now = () => Date.now()
