/** Calls the control endpoint of a sandbox: a method, a path and a body. @throws Error if it refuses */
export const callControl =
  ({ controlUrl, controlKey }: { readonly controlUrl: string; readonly controlKey: string }) =>
  async (method: string, path: string, body?: unknown): Promise<string> => {
    const reply = await fetch(`${controlUrl}${path}`, {
      method,
      headers: { 'x-sandbox-key': controlKey, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`)
    return reply.text()
  }
