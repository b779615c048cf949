/** Code of a change that has no reply, and counts as done because the directory is as it leaves it. */
export const seenAfterLostReply = 'SeenAfterLostReply'

/** With fewer rows, a request proves nothing once somebody else makes the same changes: requests are split around the rows of others. */
export const fewestWitnesses = 5
