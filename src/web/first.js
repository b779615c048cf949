// Runs before the page is drawn, so that it does not flash in the other colours.
document.documentElement.dataset['theme'] = localStorage.getItem('theme') ?? 'system'
