import { placedOutput } from '../core/named-places.ts'

/** Makes the paths of the outputs of a job, by param. Those at a named place stay as they are. @param newOutput makes that of an output with this name, in a folder of its own */
export const newOutputs = async (
  names: { readonly [param: string]: string },
  newOutput: (name: string) => Promise<string>,
): Promise<{ readonly [param: string]: string }> => {
  const paths: Record<string, string> = {}
  for (const [param, name] of Object.entries(names)) paths[param] = placedOutput(name) ? name : await newOutput(name)
  return paths
}
