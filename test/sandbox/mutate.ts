import type { Change, Directory, Mutation } from '../../src/sandbox/directory/types.ts'

/** Makes one change as the given request. */
export const mutate = (directory: Directory, mutation: Mutation, request = 'test'): Change =>
  directory.commit([mutation], { request })[0]!
