import * as fs from 'node:fs';
import * as path from 'node:path';

/** Every template of a cloud assembly, those of its Stages too, by its file: the text as it is uploaded. */
export function templatesIn(assembly: string): Record<string, string> {
  const files = fs.readdirSync(assembly, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.template.json'));
  return Object.fromEntries(files.sort().map((file) => [file, fs.readFileSync(path.join(assembly, file), 'utf8')]));
}

interface Resource { readonly Type: string; readonly Properties: Record<string, any> }

/** Resources of a type in all templates of an assembly. */
export function resourcesIn(assembly: string, type: string): Resource[] {
  return Object.values(resourcesByStack(assembly, type)).flat();
}

/** Resources of a type, by the file of the template that has them; those that have none as well. */
export function resourcesByStack(assembly: string, type: string): Record<string, Resource[]> {
  return Object.fromEntries(Object.entries(templatesIn(assembly)).map(([file, template]) => {
    const { Resources } = JSON.parse(template) as { Resources: Record<string, Resource> };
    return [file, Object.values(Resources).filter(({ Type }) => Type === type)];
  }));
}

/** Names of the files of an assembly's assets. */
export function assetsIn(assembly: string): string[] {
  return fs.readdirSync(assembly).filter((name) => name.startsWith('asset.')).sort();
}
