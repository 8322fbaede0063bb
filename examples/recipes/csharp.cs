// Serves one client of a pipe, line by line, until it leaves:
//
//   winipc pipe connect app hello --count 1
//
// A pipe of .NET is a byte pipe by default.
using System.IO;
using System.IO.Pipes;

static class Program
{
    static void Main(string[] args)
    {
        var name = args.Length > 0 ? args[0] : "app";
        using (var pipe = new NamedPipeServerStream(name, PipeDirection.InOut))
        {
            pipe.WaitForConnection();
            var reader = new StreamReader(pipe);
            // It is not disposed: that flushes, which a client that has left
            // turns into an IOException.
            var writer = new StreamWriter(pipe) { AutoFlush = true };
            try
            {
                string line;
                while ((line = reader.ReadLine()) != null)
                    writer.WriteLine(line.ToUpper());
            }
            catch (IOException)
            {
                // The client has left before its answer.
            }
        }
    }
}
