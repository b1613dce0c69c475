export function asTest(id: string, content: unknown): string { return `${id} ${JSON.stringify(content)}`; }
