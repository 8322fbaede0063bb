/** Says where it looks for libraries. */
import { requiredLibraries } from "../../../mod.ts";
import { say } from "../../support/peer_side.ts";

say(requiredLibraries("pipe").join(","));
