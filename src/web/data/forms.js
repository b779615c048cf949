// @ts-check
import { get } from './call.js'

/**
 * @typedef {{ type?: string, description?: string, enum?: string[], default?: unknown, format?: string }} ParamSchema
 * @typedef {{ name: string, summary: string, params: { properties: Record<string, ParamSchema>, required: string[] }, inputs: string[], output?: string, operation?: string }} Pipeline
 * @typedef {{ name: string, columns: string[], presets: { name: string, summary: string }[] }} ExportKind
 */

/** @type {Map<string, Promise<{ items: any[] }>>} */
const kept = new Map()

/** What a server answers once for all of its life. @param {string} path */
const once = path => {
  const known = kept.get(path)
  if (known) return known
  const reading = get(path).catch(error => {
    kept.delete(path)
    throw error
  })
  kept.set(path, reading)
  return reading
}

/** The pipelines that jobs may run, by name. @returns {Promise<readonly Pipeline[]>} */
export const readPipelines = async () => (await once('/api/pipelines')).items

/** What can be exported. @returns {Promise<readonly ExportKind[]>} */
export const readExports = async () => (await once('/api/exports')).items
