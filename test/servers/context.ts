import type { Context } from '../../src/core/context.ts'
import { partContext } from '../contracts/part-context.ts'
import { fakeEnvironment } from '../tenants/fake-environment.ts'

/** The context of a part whose environment has variables, and whose clock does not wait. */
export const contextWith = (folder: string, variables: Readonly<Record<string, string>>): Context =>
  Object.create(partContext(folder).ctx, {
    environment: { value: fakeEnvironment(folder, variables) },
  }) as Context
