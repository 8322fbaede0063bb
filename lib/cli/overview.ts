/** The help of the whole program. */
export const OVERVIEW = `winipc: inter-process communication on Windows

  winipc mailslot read                 in one console
  winipc mailslot write Name hello     in another
  winipc pipe serve --echo             in one console
  winipc pipe connect winipc hello     in another
  winipc shm create ShareMemory Shine  in one console
  winipc shm read                      in another
  winipc map edit Demo.txt w --offset 1
  winipc demo                          both processes of every scenario
  winipc doctor                        what this machine can do

  mailslot read  [NAME=Name] [--until TEXT=Exit] [--max-size N]
  mailslot write [NAME=Name] [MESSAGE...]
  pipe serve     [NAME=winipc] [--mode byte|message] [--echo] [--once] [--max N]
                 [--sddl SDDL] [--allow-remote]
  pipe connect   [NAME=winipc] [--mode byte|message] [MESSAGE...]
  pipe call      NAME MESSAGE
  pipe info      NAME
  pipe list
  shm create     [NAME=ShareMemory] [TEXT] [--size N=4096] [--file F] [--hold MS]
  shm read       [NAME=ShareMemory] [--offset N] [--length N]
  shm write      NAME TEXT [--offset N] [--nul]
  shm info       NAME
  map cat        FILE [--offset N] [--length N]
  map edit       FILE TEXT --offset N
  anon run       [options] COMMAND [ARG...]
  socket serve   [PORT] [--echo] [--once]
  socket connect [HOST:]PORT [MESSAGE...]
  rpc serve      BINDING --interface UUID[@MAJOR.MINOR] [--echo]
  rpc call       BINDING --interface UUID[@MAJOR.MINOR] --proc N [DATA]
  message listen [--title T=Client]
  message send   [--title T=Client | --window HWND] [--tag N] [TEXT...]
  message windows
  dde serve      SERVICE TOPIC [ITEM=VALUE...]
  dde request    SERVICE TOPIC ITEM            [--format F]
  dde poke       SERVICE TOPIC ITEM [VALUE...] [--format F]
  dde execute    SERVICE TOPIC [COMMAND...]
  dde advise     SERVICE TOPIC ITEM [--warm]   [--format F]
  dde list       [SERVICE [TOPIC]]
  clipboard get | set [TEXT] | watch | formats | clear     [--format NAME]
  relay          FROM TO    pipe:NAME, mailslot-listen:NAME, tcp-listen:PORT,
                 ws:URL, nats:SUBJECT and more
  demo           [MECHANISM...]
  demo           MECHANISM a|b
  doctor
  completions    bash|zsh|powershell
  trace view     FILE... [--output HTML]

Here winipc stands for "deno run -A cli.ts". Messages that are sent are the
arguments behind the name, or the lines of stdin; each one that arrives is a
line on stdout. What waits for others prints "ready: NAME" on stderr. Names are
bare or whole: jobs, \\\\.\\pipe\\jobs. "winipc pipe serve --help" tells more of a
command, and "winipc help json" what --json prints. WINIPC_VERBOSE=1 adds stack
traces to errors.
`;
