import ts from 'typescript'

interface Replacement {
  readonly kind: string
  readonly at: ts.Node
  readonly text: string
}

const { SyntaxKind } = ts

const swappedOperators: { readonly [operator in ts.SyntaxKind]?: readonly [kind: string, text: string] } = {
  [SyntaxKind.LessThanToken]: ['boundary', '<='],
  [SyntaxKind.LessThanEqualsToken]: ['boundary', '<'],
  [SyntaxKind.GreaterThanToken]: ['boundary', '>='],
  [SyntaxKind.GreaterThanEqualsToken]: ['boundary', '>'],
  [SyntaxKind.EqualsEqualsEqualsToken]: ['equality', '!=='],
  [SyntaxKind.ExclamationEqualsEqualsToken]: ['equality', '==='],
  [SyntaxKind.EqualsEqualsToken]: ['equality', '!='],
  [SyntaxKind.ExclamationEqualsToken]: ['equality', '=='],
  [SyntaxKind.AmpersandAmpersandToken]: ['and, or', '||'],
  [SyntaxKind.BarBarToken]: ['and, or', '&&'],
  [SyntaxKind.PlusToken]: ['arithmetic', '-'],
  [SyntaxKind.MinusToken]: ['arithmetic', '+'],
  [SyntaxKind.AsteriskToken]: ['arithmetic', '/'],
  [SyntaxKind.SlashToken]: ['arithmetic', '*'],
  [SyntaxKind.PercentToken]: ['arithmetic', '*'],
  [SyntaxKind.PlusEqualsToken]: ['arithmetic', '-='],
  [SyntaxKind.MinusEqualsToken]: ['arithmetic', '+='],
}

/** Methods whose calls are removed. */
const droppedCalls = new Set(
  'filter sort toSorted reverse toReversed slice trim toLowerCase toUpperCase flat'.split(' '),
)
const oppositeNames: { readonly [name: string]: string } = {
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
}

const isText = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) ||
  ts.isTemplateExpression(node) ||
  (ts.isBinaryExpression(node) && (isText(node.left) || isText(node.right)))

const ofBinary = (node: ts.BinaryExpression): readonly Replacement[] => {
  const { left, right, operatorToken } = node
  const operator = operatorToken.kind
  // Strings cannot be subtracted.
  if (operator === SyntaxKind.PlusToken && (isText(left) || isText(right))) return []
  if (operator === SyntaxKind.PlusEqualsToken && isText(right)) return []
  if (operator === SyntaxKind.QuestionQuestionToken) return [{ kind: 'no default', at: node, text: left.getText() }]
  const swapped = swappedOperators[operator]
  if (!swapped) return []
  const found: Replacement[] = [{ kind: swapped[0], at: operatorToken, text: swapped[1] }]
  if (operator === SyntaxKind.AmpersandAmpersandToken || operator === SyntaxKind.BarBarToken)
    found.push(
      { kind: 'operand dropped', at: node, text: left.getText() },
      { kind: 'operand dropped', at: node, text: right.getText() },
    )
  return found
}

/** Negates a condition. Equalities and `!` already have equivalent mutants. */
const negated = (condition: ts.Expression): readonly Replacement[] =>
  (ts.isBinaryExpression(condition) && swappedOperators[condition.operatorToken.kind]?.[0] === 'equality') ||
  ts.isPrefixUnaryExpression(condition)
    ? []
    : [{ kind: 'condition', at: condition, text: `!(${condition.getText()})` }]

const ofCall = (node: ts.CallExpression): readonly Replacement[] => {
  const called = node.expression
  if (!ts.isPropertyAccessExpression(called)) return []
  const opposite = Object.hasOwn(oppositeNames, called.name.text) ? oppositeNames[called.name.text] : undefined
  if (opposite !== undefined) return [{ kind: 'opposite', at: called.name, text: opposite }]
  return droppedCalls.has(called.name.text) ? [{ kind: 'call', at: node, text: called.expression.getText() }] : []
}

const ofUnary = (node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): readonly Replacement[] => {
  const operand = node.operand.getText()
  const prefix = ts.isPrefixUnaryExpression(node)
  if (node.operator === SyntaxKind.ExclamationToken) return [{ kind: 'condition', at: node, text: operand }]
  const step =
    node.operator === SyntaxKind.PlusPlusToken ? '--' : node.operator === SyntaxKind.MinusMinusToken ? '++' : undefined
  if (step === undefined) return []
  return [{ kind: 'arithmetic', at: node, text: prefix ? step + operand : operand + step }]
}

const valueless = (value: ts.Expression): boolean =>
  value.kind === SyntaxKind.TrueKeyword ||
  value.kind === SyntaxKind.FalseKeyword ||
  value.getText() === 'undefined' ||
  ts.isVoidExpression(value)

/** Replacements of a node: mistakes that somebody could make on one line. */
export const replacementsOf = (node: ts.Node): readonly Replacement[] => {
  if (ts.isBinaryExpression(node)) return ofBinary(node)
  if (ts.isCallExpression(node)) return ofCall(node)
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return ofUnary(node)
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) return negated(node.expression)
  if (ts.isConditionalExpression(node)) return negated(node.condition)
  if (ts.isExpressionStatement(node) || ts.isThrowStatement(node) || ts.isContinueStatement(node))
    return [{ kind: 'statement', at: node, text: ';' }]
  if (ts.isBreakStatement(node) && !ts.isCaseClause(node.parent)) return [{ kind: 'statement', at: node, text: ';' }]
  if (ts.isAwaitExpression(node)) return [{ kind: 'await', at: node, text: node.expression.getText() }]
  if (ts.isReturnStatement(node) && node.expression && !valueless(node.expression))
    return [{ kind: 'value', at: node.expression, text: 'undefined' }]
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body) && !valueless(node.body))
    return [{ kind: 'value', at: node.body, text: 'undefined' }]
  if (ts.isSpreadAssignment(node)) return [{ kind: 'spread', at: node.expression, text: '{}' }]
  if (ts.isSpreadElement(node)) return [{ kind: 'spread', at: node.expression, text: '[]' }]
  if (ts.isNumericLiteral(node)) return [{ kind: 'number', at: node, text: String(Number(node.text) + 1) }]
  if (ts.isBigIntLiteral(node)) return [{ kind: 'number', at: node, text: `(${node.getText()} + 1n)` }]
  if (node.kind === SyntaxKind.TrueKeyword) return [{ kind: 'boolean', at: node, text: 'false' }]
  if (node.kind === SyntaxKind.FalseKeyword) return [{ kind: 'boolean', at: node, text: 'true' }]
  return []
}
