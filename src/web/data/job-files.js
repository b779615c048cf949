// @ts-check

/** @typedef {{ name: string, bytes: number, sha256: string, tenant?: string, job?: string, at?: string }} JobFile of a job over several tenants: with its tenant, and the job that wrote it. `at`: the place where it is, if not on the server */

/** Where a file is, and the name under which it is kept. @param {string} id of the job @param {JobFile} file */
export const downloadOf = (id, { name, tenant, job = id }) => ({
  href: `/api/jobs/${job}/files/${encodeURIComponent(name)}`,
  download: tenant === undefined ? name : `${tenant}-${name}`,
})
