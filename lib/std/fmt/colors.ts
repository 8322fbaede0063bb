/**
 * Replaces `@std/fmt/colors` if JSR cannot be reached.
 *
 * @module
 */
import { stripVTControlCharacters, styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

let enabled = !Deno.noColor;

/** Turns colours on or off. */
export function setColorEnabled(value: boolean): void {
  if (!Deno.noColor) enabled = value;
}

/** Whether colours are on. Off at start when `NO_COLOR` is set. */
export function getColorEnabled(): boolean {
  return enabled;
}

/** Bold text. */
export function bold(text: string): string {
  return paint("bold", text);
}

/** Dim text. */
export function dim(text: string): string {
  return paint("dim", text);
}

/** Red text. */
export function red(text: string): string {
  return paint("red", text);
}

/** Green text. */
export function green(text: string): string {
  return paint("green", text);
}

/** Yellow text. */
export function yellow(text: string): string {
  return paint("yellow", text);
}

/** Blue text. */
export function blue(text: string): string {
  return paint("blue", text);
}

/** Cyan text. */
export function cyan(text: string): string {
  return paint("cyan", text);
}

/** Gray text. */
export function gray(text: string): string {
  return paint("gray", text);
}

/** The text without escape sequences. */
export function stripAnsiCode(text: string): string {
  return stripVTControlCharacters(text);
}

function paint(style: Style, text: string): string {
  return enabled ? styleText(style, text, { validateStream: false }) : text;
}
