// Checks the dashboards against the types of Grafana's foundation SDK: writes each as a TypeScript constant of its type, for
// the compiler to judge. Needs the network, so it is not part of make test. In an empty directory:
//
//   npm install @grafana/grafana-foundation-sdk@0.0.21 typescript
//   node .../test/grafana/check_types.mjs .../docs/grafana/dashboards > check.ts
//   npx tsc --noEmit --strict --skipLibCheck --moduleResolution node16 --module node16 --target es2022 check.ts

import fs from 'fs';
import path from 'path';

const folder = process.argv[2];
const sdk = '@grafana/grafana-foundation-sdk';
for (const module of ['dashboard', 'timeseries', 'table', 'stat', 'heatmap', 'common']) {
  console.log(`import * as ${module} from '${sdk}/${module}';`);
}
// Values of enumerations are plain strings in JSON.
console.log(`type Json<T> = T extends string ? (string extends T ? T : \`\${T}\`) : T extends number ? number : T extends boolean | null | undefined ? T
  : T extends (infer U)[] ? Json<U>[] : T extends Function ? any : T extends object ? { [K in keyof T]: Json<T[K]> } : T;
type Target = { refId: string; datasource: { type: string; uid: string }; editorMode: string; format: 'table' | 'time_series'; rawQuery: boolean; rawSql: string };
type Panel = Omit<Json<dashboard.Panel>, 'targets'> & { targets: Target[] };
type Annotation = Omit<Json<dashboard.AnnotationQuery>, 'target'> & { target: Target };
type Dashboard = Omit<Json<dashboard.Dashboard>, 'panels' | 'annotations'> & { panels: Panel[]; annotations: { list: Annotation[] } };`);

const custom = { timeseries: 'timeseries.FieldConfig', table: 'common.TableFieldOptions', heatmap: 'heatmap.FieldConfig' };
fs.readdirSync(folder).sort().forEach((file, n) => {
  const content = JSON.parse(fs.readFileSync(path.join(folder, file)));
  console.log(`export const dashboard${n}: Dashboard = ${JSON.stringify(content)};`);
  for (const panel of content.panels) {
    console.log(`export const options${n}_${panel.id}: Partial<Json<${panel.type}.Options>> = ${JSON.stringify(panel.options)};`);
    if (custom[panel.type]) {
      console.log(`export const custom${n}_${panel.id}: Partial<Json<${custom[panel.type]}>> = ${JSON.stringify(panel.fieldConfig.defaults.custom)};`);
    }
  }
});
