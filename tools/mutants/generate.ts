/** Finds every small change of a source file that may matter. */
import { parseAst } from "vitest/node";
import type { Mutant } from "./mutant.ts";
import { child, isLink, operators, type Node } from "./operators.ts";

/** The mutants of a file, in the order of its text. */
export function generateMutants(file: string, source: string): readonly Mutant[] {
  const text = ({ start, end }: Node): string => source.slice(start, end);
  const mutants: Mutant[] = [];
  const visit = (node: Node, parent: Node | undefined, inCondition: boolean): void => {
    if (isPassedOver(node)) return;
    const operator = operators[node.type];
    if (operator !== undefined && !isLink(node, parent)) {
      for (const change of operator(node, { inCondition, text })) {
        if (source.slice(change.start, change.end) !== change.replacement) mutants.push({ file, ...change });
      }
    }
    for (const [key, value] of Object.entries(node)) {
      if (passedOverKeys.has(key)) continue;
      const within = isConditionOf(node, key, inCondition);
      for (const inner of Array.isArray(value) ? value : [value])
        if (isNode(inner)) visit(inner, node, within);
    }
  };
  visit(parseAst(source, { lang: "ts" }) as unknown as Node, undefined, false);
  return mutants.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

const passedOverKeys: ReadonlySet<string> = new Set([
  "typeAnnotation",
  "typeParameters",
  "typeArguments",
  "returnType",
  "superTypeArguments",
  "implements",
]);

/** Whether what stands at `key` of a node is a condition, or decides one together with others. */
function isConditionOf({ type, operator }: Node, key: string, inCondition: boolean): boolean {
  if (key === "test" || operator === "&&" || operator === "||") return true;
  return inCondition && (type === "UnaryExpression" || type === "BinaryExpression");
}

/** Types, and words: what a template or an error says is not what is decided. */
function isPassedOver(node: Node): boolean {
  if (/^TS(?!AsExpression|SatisfiesExpression|NonNullExpression)/.test(node.type)) return true;
  if (node.type === "ImportDeclaration" || node.type === "TemplateLiteral") return true;
  if (node.type === "NewExpression") return String(child(node, "callee")["name"]).endsWith("Error");
  if (node.type === "CallExpression") return child(node, "callee")["name"] === "assert";
  return false;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Partial<Node>).type === "string";
}
