/** Loaded before a test file: also one that binds nothing starts its children under the rules. */
import { passRulesOn } from "./children.ts";

passRulesOn();
