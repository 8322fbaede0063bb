/** Says where it looks for libraries. */
import { librariesOf } from "../../../mod.ts";
import { say } from "../../support/peer_side.ts";

say(librariesOf("pipe").join(","));
