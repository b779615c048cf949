// @ts-check
import { html } from '../html.js'

/**
 * Finds lines of a list by their text.
 *
 * @param {{ placeholder: string, text: string, onText: (text: string) => void }} props
 */
export const SearchBar = ({ placeholder, text, onText }) =>
  html`<search class="bar">
    <label>
      Search
      <input
        type="search"
        placeholder=${placeholder}
        value=${text}
        onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => onText(currentTarget.value)}
      />
    </label>
  </search>`
