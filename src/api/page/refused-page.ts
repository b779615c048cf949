import { escaped } from '../../core/html.ts'

/** An HTML page for a browser that is not let in. @param style the address of its style */
export const refusedPage = (
  { message, fix }: { readonly message: string; readonly fix?: string | undefined },
  style: string,
): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Not signed in – entrapipe</title>
<link rel="stylesheet" href="${escaped(style)}">
</head>
<body>
<main class="alone">
<h1>You are not signed in</h1>
<p role="alert">${escaped(message)}${fix === undefined ? '' : ` ${escaped(fix)}`}</p>
<p><a href="/">Open the page</a></p>
</main>
</body>
</html>
`
