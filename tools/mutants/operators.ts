/**
 * The small changes that are tried on every piece of code: a guard, a condition, an element or a call taken out, a
 * comparison or a choice turned.
 *
 * Left out is what another change implies: whoever notices that a condition always holds and that it never does
 * notices that it is turned.
 */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  readonly rule: string;
}

/** A node of the syntax tree (ESTree with TypeScript's nodes), of which only what is looked at is known. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Where a node stands: whether what it says is all or part of a condition. */
export interface Place {
  readonly inCondition: boolean;
  readonly text: (node: Node) => string;
}

type Operator = (node: Node, place: Place) => readonly Change[];

const bounds: Readonly<Record<string, string>> = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" };
const sums: Readonly<Record<string, string>> = { "-": "+", "*": "/", "/": "*" };
const equalities: Readonly<Record<string, string>> = { "===": "!==", "!==": "===" };
const turnedNames: Readonly<Record<string, string>> = {
  some: "every",
  every: "some",
  min: "max",
  max: "min",
};
/** Calls of these may be left out, and leave what they are called on. */
const filters: ReadonlySet<string> = new Set([
  "slice",
  "filter",
  "toLowerCase",
  "trim",
  "replace",
  "toSorted",
  "sort",
  "toReversed",
]);

/** Everything that can be changed of one node, by its type. */
export const operators: Readonly<Record<string, Operator>> = {
  IfStatement: ifStatement,
  LogicalExpression: logical,
  BinaryExpression: binary,
  ConditionalExpression: conditional,
  UnaryExpression: (node, { inCondition, text }) =>
    node["operator"] === "!" && !inCondition
      ? [change(node, text(child(node, "argument")), "not dropped")]
      : [],
  Literal: (node, { inCondition }) =>
    typeof node["value"] === "boolean" && !inCondition
      ? [change(node, String(!node["value"]), "boolean turned")]
      : [],
  ExpressionStatement: statement,
  CallExpression: call,
  ArrayExpression: (node) =>
    children(node, "elements").map((element) => change(element, "...[]", "element dropped")),
  ObjectExpression: (node) =>
    children(node, "properties")
      .filter(({ type }) => type === "SpreadElement")
      .map((spread) => change(spread, "...{}", "spread dropped")),
  AssignmentExpression: (node, { text }) => {
    const turned = { "+=": "-=", "-=": "+=" }[String(node["operator"])];
    if (turned === undefined) return [];
    const [left, right] = [child(node, "left"), child(node, "right")];
    return isText(right) ? [] : [change(node, `${text(left)} ${turned} ${text(right)}`, "sum turned")];
  },
};

function ifStatement(node: Node): readonly Change[] {
  const hasElse = node["alternate"] !== null && node["alternate"] !== undefined;
  const never = hasElse ? change(child(node, "test"), "false", "if never") : change(node, "{}", "if dropped");
  return decided(child(node, "test"), never, change(child(node, "test"), "true", "if always"));
}

/** What is left of "never" and "always" where the parts of the condition are left out one by one. */
function decided(test: Node, never: Change, always: Change): readonly Change[] {
  if (test.type !== "LogicalExpression") return [never, always];
  return test["operator"] === "&&" ? [never] : [always];
}

/** Each part of a chain of one operator is left out in its turn. */
function logical(node: Node, { text }: Place): readonly Change[] {
  const operator = String(node["operator"]);
  const parts = operandsOf(node, operator);
  return parts.map((part) => {
    const others = parts.filter((other) => other !== part).map(text);
    return change(node, `(${others.join(` ${operator} `)})`, `part of ${operator} dropped`);
  });
}

/** The parts of a chain `a && b && c`, of whose links only the outermost is looked at. */
function operandsOf(node: Node, operator: string): readonly Node[] {
  if (node.type !== "LogicalExpression" || node["operator"] !== operator) return [node];
  return [...operandsOf(child(node, "left"), operator), ...operandsOf(child(node, "right"), operator)];
}

/** Whether a node is a link within such a chain. */
export function isLink(node: Node, parent: Node | undefined): boolean {
  return (
    node.type === "LogicalExpression" &&
    parent?.type === "LogicalExpression" &&
    parent["operator"] === node["operator"]
  );
}

function binary(node: Node, { inCondition, text }: Place): readonly Change[] {
  const operator = String(node["operator"]);
  const [left, right] = [child(node, "left"), child(node, "right")];
  const isSum = operator === "+" && !isText(left) && !isText(right);
  const turned =
    bounds[operator] ?? (isSum ? "-" : sums[operator]) ?? (inCondition ? undefined : equalities[operator]);
  return turned === undefined ? [] : [change(node, `(${text(left)} ${turned} ${text(right)})`, "turned")];
}

/** Whether a node is text for certain, so that a sum with it joins. */
function isText(node: Node): boolean {
  if (node.type === "BinaryExpression") return isText(child(node, "left")) || isText(child(node, "right"));
  return node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node["value"] === "string");
}

function conditional(node: Node, { text }: Place): readonly Change[] {
  const way = (key: string): Change => change(node, `(${text(child(node, key))})`, `always the ${key}`);
  return decided(child(node, "test"), way("alternate"), way("consequent"));
}

/** A call for its effect, left out. */
function statement(node: Node): readonly Change[] {
  const expression = child(node, "expression");
  const called = expression.type === "AwaitExpression" ? child(expression, "argument") : expression;
  const isCall = called.type === "CallExpression" && child(called, "callee").type !== "Super";
  return isCall ? [change(node, ";", "call dropped")] : [];
}

function call(node: Node, { text }: Place): readonly Change[] {
  const callee = child(node, "callee");
  if (callee.type !== "MemberExpression" || callee["computed"] === true) return [];
  const [object, property] = [child(callee, "object"), child(callee, "property")];
  const name = String(property["name"]);
  const changes: Change[] = [];
  const turned = Object.hasOwn(turnedNames, name) ? turnedNames[name] : undefined;
  if (turned !== undefined) {
    const rest = text(node).slice(property.end - node.start);
    changes.push(change(node, `${text(object)}.${turned}${rest}`, `${name} turned`));
  }
  if (filters.has(name)) changes.push(change(node, text(object), `${name} dropped`));
  const [argument] = children(node, "arguments");
  if (name === "stringify" && argument?.type === "ObjectExpression") {
    const properties = children(argument, "properties");
    changes.push(...properties.map((property) => change(property, "...{}", "property dropped")));
  }
  return changes;
}

function change({ start, end }: Node, replacement: string, rule: string): Change {
  return { start, end, replacement, rule };
}

export function child(node: Node, key: string): Node {
  return node[key] as Node;
}

export function children(node: Node, key: string): readonly Node[] {
  return (node[key] as readonly (Node | null)[]).filter((item) => item !== null);
}
