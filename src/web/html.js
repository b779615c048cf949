// @ts-check
import htm from 'htm'
import { h } from 'preact'

/** Elements from a template: `<${Component} name=${value} />`. */
export const html = htm.bind(h)
