// @ts-check
import { useState } from 'preact/hooks'
import { html } from './html.js'

const themes = { system: 'As the system', light: 'Light', dark: 'Dark' }

/** Chooses light or dark. The browser remembers it; `first.js` reads it before the page is drawn. */
export const ThemeSwitch = () => {
  const [theme, setTheme] = useState(document.documentElement.dataset['theme'] ?? 'system')
  const choose = (/** @type {{ currentTarget: HTMLSelectElement }} */ { currentTarget: { value } }) => {
    localStorage.setItem('theme', value)
    document.documentElement.dataset['theme'] = value
    setTheme(value)
  }
  return html`<label>
    <span class="hidden">Colours</span>
    <select value=${theme} onChange=${choose}>
      ${Object.entries(themes).map(([value, word]) => html`<option value=${value}>${word}</option>`)}
    </select>
  </label>`
}
