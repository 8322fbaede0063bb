import { assert, assertEquals } from "@std/assert";
import { FIND_DATA_NAME_OFFSET } from "../../../lib/win32/structs.ts";
import { bound } from "./bound.ts";
import { DOCUMENTED } from "./documented.ts";
import {
  type AbiFunction,
  type AbiStruct,
  functionFaults,
  structFaults,
} from "./faults.ts";
import table from "./table.json" with { type: "json" };

const functions: Readonly<Record<string, AbiFunction>> = {
  ...table.functions as unknown as Record<string, AbiFunction>,
  ...DOCUMENTED,
};
const structs = table.structs as unknown as Record<string, AbiStruct>;
const ours = await bound();

const NEW_ONES = "new ones come into table.json by regenerate.ts";

function named(name: string) {
  return ours.functions.find((declared) => declared.name === name)!;
}

Deno.test("bound functions are what Windows has", () => {
  assert(ours.functions.length > 40);
  const faults = ours.functions.flatMap((declared) =>
    functionFaults(declared, functions[declared.name])
  );
  assertEquals(faults, [], NEW_ONES);
});

Deno.test("struct layouts are what Windows has", () => {
  assert(ours.structs.length >= 6);
  const faults = ours.structs.flatMap((struct) =>
    structFaults(struct, structs[struct.name])
  );
  assertEquals(faults, [], NEW_ONES);
});

Deno.test("FIND_DATA_NAME_OFFSET is where the name begins", () => {
  const [offset] = structs.WIN32_FIND_DATAW!.fields.cFileName!;
  assertEquals(FIND_DATA_NAME_OFFSET, offset);
});

Deno.test("functionFaults() reports a missing parameter", () => {
  const right = named("CreateFileW");
  const wrong = { ...right, parameters: right.parameters.slice(0, -1) };
  assertEquals(functionFaults(right, functions.CreateFileW), []);
  assertEquals(functionFaults(wrong, functions.CreateFileW), [
    "CreateFileW takes 7 parameters, not 6",
    "CreateFileW takes hTemplateFile: pointer as parameter 6, not undefined: undefined",
  ]);
});

Deno.test("functionFaults() reports another size, name, result or library", () => {
  const right = named("CancelIoEx");
  const [file, overlapped] = right.parameters;
  const wrong = [
    { ...right, parameters: [file!, ["lpOverlapped", "u32"] as const] },
    { ...right, parameters: [["file", "usize"] as const, overlapped!] },
    { ...right, result: "usize" as const },
    { ...right, dll: "user32.dll" },
  ];
  for (const declared of wrong) {
    assertEquals(functionFaults(declared, functions.CancelIoEx).length, 1);
  }
});

Deno.test("functionFaults() reports what Windows does not have", () => {
  const wrong = { ...named("CancelIoEx"), name: "CancelIoExtra" };
  assertEquals(functionFaults(wrong, functions.CancelIoExtra), [
    "CancelIoExtra is not in the table",
  ]);
});

Deno.test("structFaults() reports another size, offset, type or name", () => {
  const { size, fields } =
    ours.structs.find(({ name }) => name === "SECURITY_ATTRIBUTES")!.layout;
  const wrong = [
    { size: size + 8, fields },
    { size, fields: { ...fields, nLength: [4, "u32"] as const } },
    { size, fields: { ...fields, nLength: [0, "u16"] as const } },
    { size, fields: { ...fields, extra: [20, "u32"] as const } },
  ];
  for (const layout of wrong) {
    const struct = { name: "SECURITY_ATTRIBUTES", layout };
    assertEquals(structFaults(struct, structs[struct.name]).length, 1);
  }
});
