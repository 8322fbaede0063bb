/**
 * winipc: inter-process communication on Windows, for Deno.
 *
 * Each mechanism is a small typed module over `Deno.dlopen`. No library is opened
 * at import. The first call of a mechanism opens the libraries it needs, by
 * absolute path, so a scoped `--allow-ffi=C:\Windows\System32\kernel32.dll` is
 * enough for most mechanisms.
 *
 * - Named pipes: {@linkcode listenPipe}, {@linkcode connectPipe},
 *   {@linkcode callPipe}, {@linkcode pipeInfo}, {@linkcode listPipes}
 * - Anonymous pipes and processes: {@linkcode createAnonymousPipe},
 *   {@linkcode spawn}, {@linkcode inheritedHandle}, {@linkcode handleValue}
 * - Mailslots: {@linkcode createMailslot}, {@linkcode openMailslot}
 * - Sockets, with the interface of pipes: {@linkcode listenSocket},
 *   {@linkcode connectSocket}
 * - Shared memory: {@linkcode createSharedMemory}, {@linkcode openSharedMemory}
 * - File mapping: {@linkcode mapFile}
 * - Sync objects: {@linkcode createEvent}, {@linkcode createMutex},
 *   {@linkcode createSemaphore}, {@linkcode openProcess} and others,
 *   {@linkcode waitFor}, {@linkcode waitForAny}, {@linkcode waitForAll}
 * - Ring buffers, messages through shared memory: {@linkcode createRing},
 *   {@linkcode openRing}
 * - Window messages: {@linkcode listenMessages}, {@linkcode sendCopyData},
 *   {@linkcode findWindows}, {@linkcode listenRegistered},
 *   {@linkcode postRegistered}, {@linkcode broadcastRegistered}
 * - Which named objects exist: {@linkcode listObjects}
 * - The clipboard: {@linkcode readClipboard}, {@linkcode writeClipboard},
 *   {@linkcode watchClipboard}
 * - Traces of all native calls: {@linkcode trace}
 * - DDE: {@linkcode serveDde}, {@linkcode connectDde}, {@linkcode listDdeServices}
 * - Relays between any two of them, TCP, WebSockets and NATS:
 *   {@linkcode relay}; HTTP over pipes: {@linkcode servePipe}, {@linkcode pipeFetch}
 * - Messages in a stream of bytes: {@linkcode readExactly},
 *   {@linkcode FramedConnection}, {@linkcode FrameDecoderStream}
 *
 * Every function that waits takes an `AbortSignal` and a `timeout` in
 * milliseconds, and `using` closes every object. Errors are Deno's own if Deno has
 * a class for them, with a {@linkcode Win32Error} as their `cause`.
 *
 * @example A server and a client
 * ```ts
 * import { connectPipe, listenPipe } from "@winipc/winipc";
 *
 * await using listener = listenPipe("greeter");
 * await using client = await connectPipe("greeter");
 * await using server = await listener.accept();
 * await server.write(new TextEncoder().encode("hello"));
 * const buffer = new Uint8Array(64);
 * const length = await client.read(buffer);
 * console.log(new TextDecoder().decode(buffer.subarray(0, length ?? 0)));
 * ```
 *
 * @module
 */

export {
  BaseConnection,
  type PipeMode,
  type ReadMessageOptions,
} from "./lib/io/stream/base_connection.ts";
export { Connection } from "./lib/io/stream/connection.ts";
export {
  lockNativeAccess,
  type LockNativeAccessOptions,
} from "./lib/io/permissions/lock_native_access.ts";
export {
  type Mechanism,
  type NativeFeature,
  requiredLibraries,
} from "./lib/io/permissions/required_libraries.ts";
export {
  minimalFlags,
  PERMISSION_FEATURES,
} from "./lib/io/permissions/minimal_flags.ts";
export type { WaitOptions } from "./lib/io/wait/wait_options.ts";
export {
  Trace,
  trace,
  type TraceAction,
  type TraceArgument,
  type TraceCompletion,
  type TraceOptions,
  type TraceRecord,
} from "./lib/trace/mod.ts";
export { Win32Error } from "./lib/win32/error.ts";

export {
  callPipe,
  type CallPipeOptions,
  connectPipe,
  type ConnectPipeOptions,
  type ImpersonationLevel,
  type ListedPipe,
  listenPipe,
  type ListenPipeOptions,
  listPipes,
  type PipeAccess,
  PipeConnection,
  type PipeInfo,
  pipeInfo,
  PipeListener,
  type PipePeek,
  type PipePeer,
  type PipeRole,
  type PipeUser,
  type WaitForNameOptions,
} from "./lib/named_pipe/mod.ts";

export {
  type AnonymousPipe,
  AnonymousPipeEnd,
  type AnonymousPipeRole,
  type ChildPipes,
  type ChildStatus,
  type ChildStdio,
  createAnonymousPipe,
  type CreateAnonymousPipeOptions,
  handleValue,
  type Inheritable,
  inheritedHandle,
  type InheritedHandleOptions,
  type InheritedKinds,
  spawn,
  SpawnedChild,
  type SpawnOptions,
} from "./lib/anonymous_pipe/mod.ts";

export {
  createMailslot,
  type CreateMailslotOptions,
  Mailslot,
  type MailslotInfo,
  MailslotSender,
  openMailslot,
  type OpenMailslotOptions,
} from "./lib/mailslot/mod.ts";

export {
  createEvent,
  type CreateEventOptions,
  createMutex,
  type CreateMutexOptions,
  createSemaphore,
  type CreateSemaphoreOptions,
  EventObject,
  type MutexLock,
  MutexObject,
  openEvent,
  type OpenEventOptions,
  openMutex,
  openProcess,
  openSemaphore,
  ProcessObject,
  SemaphoreObject,
  SyncObject,
  waitFor,
  waitForAll,
  waitForAny,
  type WaitResult,
} from "./lib/sync/mod.ts";

export { MappedMemory } from "./lib/io/memory/mapped_memory.ts";
export type { MemoryAccess } from "./lib/io/memory/section.ts";
export {
  createSharedMemory,
  type CreateSharedMemoryOptions,
  openSharedMemory,
  type OpenSharedMemoryOptions,
  SharedMemory,
  type WaitForSharedMemoryOptions,
} from "./lib/shared_memory/mod.ts";

export {
  FileMapping,
  mapFile,
  type MapFileOptions,
} from "./lib/file_mapping/mod.ts";

export {
  type BorrowOptions,
  createRing,
  type CreateRingOptions,
  openRing,
  type OpenRingOptions,
  type ReadBatchOptions,
  RingBatch,
  RingConsumer,
  RingEnd,
  type RingEnds,
  RingLoan,
  type RingOptions,
  RingProducer,
  type RingRole,
} from "./lib/ring/mod.ts";

export {
  connectSocket,
  type ConnectSocketOptions,
  listenSocket,
  type ListenSocketOptions,
  type SocketAddress,
  SocketConnection,
  SocketListener,
  type SocketTransport,
} from "./lib/socket/mod.ts";

export {
  broadcastRegistered,
  type CopyDataMessage,
  findWindows,
  type FindWindowsOptions,
  listenMessages,
  type ListenMessagesOptions,
  listenRegistered,
  listWindows,
  type MessageAnswer,
  type MessageHandler,
  MessageListener,
  type OwnWindowOptions,
  type PostMessageOptions,
  postRegistered,
  RegisteredListener,
  type RegisteredMessage,
  registerMessage,
  sendCopyData,
  type SendCopyDataOptions,
  type WindowInfo,
  WindowListener,
  type WindowTarget,
} from "./lib/copy_data/mod.ts";

export {
  clearClipboard,
  type ClipboardChange,
  type ClipboardContent,
  type ClipboardFormat,
  clipboardFormats,
  type ClipboardOptions,
  clipboardSequence,
  ClipboardWatcher,
  readClipboard,
  type ReadClipboardOptions,
  watchClipboard,
  writeClipboard,
} from "./lib/clipboard/mod.ts";

export {
  type AdviseOptions,
  connectDde,
  type ConnectDdeOptions,
  DdeAdviseLoop,
  type DdeClient,
  type DdeCommand,
  DdeConversation,
  type DdeData,
  type DdeDataRequest,
  type DdeExecuteHandler,
  type DdeFormatOptions,
  type DdeItem,
  type DdePoke,
  type DdePokeHandler,
  type DdeRequestHandler,
  DdeServer,
  type DdeServicesOptions,
  type DdeServiceTopic,
  type DdeTopic,
  type DdeUpdate,
  type DdeValue,
  type DdeWaitOptions,
  type ExecuteOptions,
  listDdeServices,
  serveDde,
  type ServeDdeOptions,
} from "./lib/dde/mod.ts";

export {
  createPipeClient,
  PipeClient,
  pipeFetch,
  type PipeFetchOptions,
} from "./lib/pipe_fetch/mod.ts";

export {
  type ListedObject,
  listObjects,
  type ListObjectsOptions,
  type ObjectFolder,
  type ObjectKind,
  type ObjectList,
  type UnlistedFolder,
} from "./lib/objects/mod.ts";

export {
  PipeHttpServer,
  servePipe,
  type ServePipeHandler,
  type ServePipeInfo,
  type ServePipeOptions,
  type ServePipeUpgrade,
  type ServePipeWebSocket,
  type ServePipeWebSocketOptions,
} from "./lib/pipe_serve/mod.ts";

export {
  type ByteConnection,
  type ByteReader,
  encodeFrame,
  FramedConnection,
  FrameDecoder,
  FrameDecoderStream,
  FrameEncoderStream,
  type FrameOptions,
  type Framing,
  JsonDecoderStream,
  JsonEncoderStream,
  type LengthPrefix,
  readExactly,
} from "./lib/framing/mod.ts";

export {
  Relay,
  relay,
  type RelayChunk,
  type RelayCounts,
  type RelayFlow,
  type RelayFrame,
  type RelayNatsOptions,
  type RelayOptions,
  type RelayTls,
} from "./lib/relay/mod.ts";
export {
  connectRpc,
  type ConnectRpcOptions,
  ndr,
  type RpcAuthentication,
  type RpcAuthenticationService,
  type RpcCall,
  type RpcCaller,
  type RpcClient,
  RpcFault,
  type RpcHandler,
  RpcHandlerError,
  type RpcInterface,
  type RpcInterfaceId,
  type RpcProtocol,
  type RpcServer,
  serveRpc,
  type ServeRpcOptions,
} from "./lib/rpc/mod.ts";
