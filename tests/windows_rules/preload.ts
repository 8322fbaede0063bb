/**
 * Loaded before a test file, so that also one that binds nothing starts its
 * children under the rules; on ARM64 before every program.
 */
import "./processor.ts";
import { passRulesOn } from "./children.ts";

passRulesOn();
